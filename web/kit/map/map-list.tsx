import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import type { MapLayer, MapState } from './layers.ts';
import { type MapShape, symbolPath } from './shapes.ts';

/** A layer's sign in the state's colour, for legends and lists. */
export function MapSign({ shape, color }: { shape: MapShape; color: string }) {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="k-map-sign">
      <path d={symbolPath(shape)} fill={color} />
    </svg>
  );
}

type MapListProps = {
  layers: readonly MapLayer[];
  selected: string | null;
  onSelect?: (id: string, layerId: string) => void;
};

const most = 300;

/** The things of the map, worst first: for the keyboard, for screen readers, for browsers that cannot draw. */
export function MapList({ layers, selected, onSelect }: MapListProps) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  return (
    <div className="k-map-list">
      {layers
        .filter((layer) => !layer.hidden)
        .map((layer) => {
          const rank = (state: string) => layer.states.findIndex((one) => one.id === state);
          const sorted = layer.points.features.toSorted(
            (a, b) =>
              rank(b.properties.state) - rank(a.properties.state) ||
              a.properties.name.localeCompare(b.properties.name, 'vi'),
          );
          const count = sorted.reduce((sum, one) => sum + (one.properties.n ?? 1), 0);
          return (
            <section key={layer.id}>
              <h2 className="k-heading">
                {layer.title} <span className="k-text-soft k-num">{formats.number(count, 0)}</span>
              </h2>
              <ul>
                {sorted.slice(0, most).map((feature) => {
                  const { id, name, state, label, n = 1 } = feature.properties;
                  const shown: MapState | undefined = layer.states[Math.max(0, rank(state))];
                  // Many at one place have no page of their own: the list of all has them.
                  if (n > 1) {
                    return (
                      <li key={id} className="k-map-list-many">
                        <MapSign shape={layer.shape} color={shown?.color ?? '#888888'} />
                        <span className="k-map-list-name">{name}</span>
                        <span className="k-text-soft">{shown?.name}</span>
                      </li>
                    );
                  }
                  return (
                    <li key={id}>
                      <button type="button" aria-pressed={id === selected} onClick={() => onSelect?.(id, layer.id)}>
                        <MapSign shape={layer.shape} color={shown?.color ?? '#888888'} />
                        <span className="k-map-list-name">{name}</span>
                        <span className="k-text-soft">
                          {shown?.name}
                          {label ? ` · ${label}` : ''}
                        </span>
                      </button>
                    </li>
                  );
                })}
              </ul>
              {sorted.length > most ? (
                <p className="k-text k-text-soft">{t('more', { n: sorted.length - most })}</p>
              ) : null}
            </section>
          );
        })}
    </div>
  );
}

/** Which form is what, and which colour is which state; switches layers where the page lets it. */
export function MapLegend({ layers, onLayers }: { layers: readonly MapLayer[]; onLayers?: (shown: string[]) => void }) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const count = ({ total }: MapLayer) =>
    total === undefined ? null : <span className="k-text-soft k-num"> {formats.number(total, 0)}</span>;
  const shown = layers.filter((layer) => !layer.hidden).map((layer) => layer.id);
  return (
    <details className="k-map-legend">
      <summary>{t('layers')}</summary>
      <ul>
        {layers.map((layer) => (
          <li key={layer.id}>
            {onLayers ? (
              <label>
                <input
                  type="checkbox"
                  checked={!layer.hidden}
                  onChange={() => onLayers(layer.hidden ? [...shown, layer.id] : shown.filter((id) => id !== layer.id))}
                />
                {layer.title}
                {count(layer)}
              </label>
            ) : (
              <strong>
                {layer.title}
                {count(layer)}
              </strong>
            )}
            <ul className="k-map-states">
              {layer.states.map((state) => (
                <li key={state.id}>
                  <MapSign shape={layer.shape} color={state.color} />
                  {state.name}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
