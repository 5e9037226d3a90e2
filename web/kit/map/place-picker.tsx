import { useMemo, useRef } from 'react';
import type { MapBase } from './layers.ts';
import { MapView } from './map-view.tsx';
import '../citizen/citizen.css';

/** Some two kilometres to each side of where it begins: the borders and names of communes are what it shows. */
const NEAR = 0.02;

type PlacePickerProps = {
  label: string;
  base: MapBase;
  /** Where to look first; the whole province without it. */
  from: { lon: number; lat: number } | null;
  onPlace: (place: { lon: number; lat: number }) => void;
};

/** The map moves under a fixed pin: right for a thumb, and the arrow keys do the same. */
export function PlacePicker({ label, base, from, onPlace }: PlacePickerProps) {
  // Looking does not move the place: only what is moved by hand does.
  const began = useRef(false);
  const bounds = useMemo(
    () => (from ? ([from.lon - NEAR, from.lat - NEAR, from.lon + NEAR, from.lat + NEAR] as const) : undefined),
    [from],
  );
  return (
    <div className="k-pin-room">
      <MapView
        label={label}
        base={base}
        layers={[]}
        plain
        {...(bounds ? { bounds } : {})}
        onView={({ box: [west, south, east, north] }) => {
          if (!began.current) {
            began.current = true;
            return;
          }
          onPlace({ lon: (west + east) / 2, lat: (south + north) / 2 });
        }}
      />
      <svg className="k-pin" viewBox="0 0 24 32" width="36" height="48" aria-hidden="true">
        <path d="M12 31C9 24 2 19 2 11.5a10 10 0 0 1 20 0C22 19 15 24 12 31z" />
        <circle cx="12" cy="11.5" r="3.5" />
      </svg>
    </div>
  );
}
