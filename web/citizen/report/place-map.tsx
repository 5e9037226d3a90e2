import { LoadingState, useTexts } from '../../kit/index.ts';
import { PlacePicker } from '../../kit/map.ts';
import { useProvinceBase } from '../../kit/province.ts';
import { reportWords } from './words.ts';

/** The map with its library: loaded by who opens it. */
export function PlaceMap({
  from,
  onPlace,
}: {
  from: { lon: number; lat: number } | null;
  onPlace: (at: { lon: number; lat: number }) => void;
}) {
  const t = useTexts(reportWords);
  const base = useProvinceBase();
  if (!base) return <LoadingState height={320} />;
  return <PlacePicker label={t('mapLabel')} base={base} from={from} onPlace={onPlace} />;
}
