import { IconPhoneCall, IconSpeakerphone, IconWind } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Answer, BigDoor, Link, Page, Stack, Text, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { citizenWords } from './words.ts';

/** Level index from which a citizen is warned: Kém. */
const WARN_FROM = 2;

/** The first screen: is there a warning for me, what can I report, whom can I call. */
export function Home() {
  const t = useTexts(citizenWords);
  const air = useQuery({ ...client.ask('GET /api/environment/public/air'), refetchInterval: 60_000 });
  return (
    <Page title={t('warning')}>
      <Stack gap={5}>
        <Answer of={air}>
          {(data) => {
            const bad = data.items.filter(
              (one) => !one.late && one.provenance !== 'replayed' && (one.level ?? 0) >= WARN_FROM,
            );
            return (
              <BigDoor
                href="/air"
                icon={IconWind}
                title={t('air')}
                text={bad.length > 0 ? t('bad', { n: bad.length }) : t('calm')}
              />
            );
          }}
        </Answer>
        <BigDoor href="tel:1022" icon={IconSpeakerphone} title={t('report')} text={t('reportText')} />
        <BigDoor href="tel:112" icon={IconPhoneCall} title={t('emergency')} text="112 · 113 · 114 · 115" />
        <Text small soft>
          <Link href="/console" target="_blank">
            {t('staff')}
          </Link>
        </Text>
      </Stack>
    </Page>
  );
}
