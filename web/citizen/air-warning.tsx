import { IconWind } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Answer, BigDoor, isStale, type Provenance, Reading, useNow, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { citizenWords } from './words.ts';

/** Is there a warning for me: of the air, by the stations whose figures are fresh. */
export function AirWarning() {
  const t = useTexts(citizenWords);
  const now = useNow();
  const air = useQuery({ ...client.ask('GET /api/environment/public/air/summary'), refetchInterval: 60_000 });
  return (
    <Answer of={air}>
      {(data) => (
        <BigDoor
          href="/air"
          icon={IconWind}
          title={t('air')}
          text={
            <Reading
              at={data.hourAt}
              staleAfterSeconds={data.staleAfterSeconds ?? undefined}
              {...(data.provenance ? { provenance: data.provenance as Provenance } : {})}
            >
              {/* Also without a network, when the last answer grows old on the screen. */}
              {data.fresh === 0 || isStale(data.hourAt, data.staleAfterSeconds ?? undefined, now)
                ? t('noFresh')
                : data.bad > 0
                  ? t('bad', { n: data.bad })
                  : t('calm')}
            </Reading>
          }
        />
      )}
    </Answer>
  );
}
