import { IconListDetails, IconMapPin, IconPhone, IconPhoneCall, IconSpeakerphone } from '@tabler/icons-react';
import { BigDoor, Link, Page, Stack, Text, useTexts } from '../kit/index.ts';
import { AirWarning } from './air-warning.tsx';
import { allDrafts, allMine } from './report/store.ts';
import { useStored } from './report/use-stored.ts';
import { citizenWords } from './words.ts';

/** The first screen: is there a warning for me, what can I report, whom can I call. */
export function Home() {
  const t = useTexts(citizenWords);
  const sent = useStored('mine', allMine).data?.length ?? 0;
  const drafts = useStored('drafts', allDrafts).data ?? [];
  const waiting = drafts.filter((one) => one.state === 'waiting').length;
  return (
    <Page title={t('warning')}>
      <Stack gap={5}>
        <AirWarning />
        <BigDoor primary href="/report" icon={IconSpeakerphone} title={t('report')} text={t('reportText')} />
        <BigDoor
          href="/follow"
          icon={IconListDetails}
          title={t('mineTitle')}
          text={waiting > 0 ? t('mineWaiting', { n: waiting }) : sent > 0 ? t('mineSome', { n: sent }) : t('mineNone')}
        />
        <BigDoor href="/near" icon={IconMapPin} title={t('near')} text={t('nearText')} />
        <BigDoor href="tel:1022" icon={IconPhone} title={t('call')} text={t('callText')} />
        <BigDoor href="tel:112" icon={IconPhoneCall} title={t('emergency')} text="112 · 113 · 114 · 115" />
        <Text small soft>
          <Link href="/statistics">{t('statistics')}</Link> · <Link href="/about">{t('about')}</Link> ·{' '}
          <Link href="/console" target="_blank">
            {t('staff')}
          </Link>
        </Text>
      </Stack>
    </Page>
  );
}
