import { Link, Page, Stack, Text, useTexts } from '../../kit/index.ts';
import { AirWarning } from '../air-warning.tsx';
import { NearMap } from '../open/near-map.tsx';
import { openWords } from '../open/words.ts';
import { citizenWords } from '../words.ts';

export function WarningsWidget() {
  const t = useTexts(citizenWords);
  return (
    <Page title={t('warning')}>
      <AirWarning />
    </Page>
  );
}

export function MapWidget() {
  const t = useTexts(openWords);
  return (
    <Page title={t('mapLabel')}>
      <Stack gap={3}>
        <NearMap around={null} family={undefined} />
        <Text small soft>
          <Link href="/near">{t('asList')}</Link>
        </Text>
      </Stack>
    </Page>
  );
}
