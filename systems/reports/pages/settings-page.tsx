import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Page as KitPage, Stack, useSay, useTexts, ViewSwitch } from '../../../web/kit/index.ts';
import { client } from './settings-client.ts';
import { settingsWords } from './settings-words.ts';

/** A page of administration with the way to the others: those that this account may open, as the server says. */
export function SettingsPage(props: {
  path: string;
  title: string;
  lead: ReactNode;
  primary?: ReactNode;
  children: ReactNode;
}) {
  const t = useTexts(settingsWords);
  const say = useSay();
  const systems = useQuery({ ...client.ask('GET /api/systems'), staleTime: 300_000 });
  const pages = (systems.data?.systems ?? [])
    .flatMap((system) => (system.name === 'reports' ? system.pages : []))
    .filter((page) => /^reports\/(settings|abuse)/.test(page.path) && !page.path.includes('$'));
  return (
    <KitPage
      title={props.title}
      lead={props.lead}
      crumbs={[{ title: t('reports'), href: '/console/reports' }, { title: props.title }]}
      {...(props.primary ? { primary: props.primary } : {})}
    >
      <Stack gap={4}>
        {pages.length > 1 ? (
          <ViewSwitch
            label={t('settings')}
            views={pages.map((page) => ({
              // In the navigation the first stands for all of them.
              title: page.path === 'reports/settings' ? t('categories') : say(page.title),
              href: `/console/${page.path}`,
              current: page.path === props.path,
            }))}
          />
        ) : null}
        {props.children}
      </Stack>
    </KitPage>
  );
}
