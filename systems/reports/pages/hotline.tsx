import { useSearch } from '@tanstack/react-router';
import { Page as KitPage, useTexts, ViewSwitch } from '../../../web/kit/index.ts';
import { HotlineCall } from './hotline-call.tsx';
import { HotlineFigures } from './hotline-figures.tsx';
import { hotlineWords } from './hotline-words.ts';

/** The desk of the hotline 1022: the call with all that belongs to it on one screen; calls by subject. */
export function Page() {
  const t = useTexts(hotlineWords);
  const search = useSearch({ strict: false }) as Record<string, string>;
  const isFigures = search.view === 'figures';
  return (
    <KitPage
      title={t('title')}
      lead={isFigures ? undefined : t('keys')}
      acts={
        <ViewSwitch
          label={t('views')}
          views={[
            { title: t('call'), href: '/console/hotline', current: !isFigures },
            { title: t('figures'), href: '/console/hotline?view=figures', current: isFigures },
          ]}
        />
      }
    >
      {isFigures ? <HotlineFigures from={search.from} to={search.to} /> : <HotlineCall />}
    </KitPage>
  );
}
