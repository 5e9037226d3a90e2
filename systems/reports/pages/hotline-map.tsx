import { LoadingState, useTexts } from '../../../web/kit/index.ts';
import { PlacePicker } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import { hotlineWords } from './hotline-words.ts';

type At = { lon: number; lat: number };

/** The map with its library: loaded with the first call. */
export function HotlineMap({ from, onPlace }: { from: At | null; onPlace: (at: At) => void }) {
  const t = useTexts(hotlineWords);
  const base = useProvinceBase();
  if (!base) return <LoadingState height={320} />;
  return <PlacePicker label={t('map')} base={base} from={from} onPlace={onPlace} />;
}
