import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Age,
  Answer,
  Button,
  IconButton,
  Link,
  notifyError,
  SideSheet,
  Stack,
  Text,
  useLive,
  useSay,
  useTexts,
} from '../kit/index.ts';
import { client } from './client.ts';
import { consoleWords } from './words.ts';

const pathOf = {
  alert: 'alerts',
  'alert-group': 'alerts/groups',
  case: 'incidents',
  report: 'reports',
  task: 'tasks',
  source: 'sources',
} as const;

/** The bell: how many are unread, and a sheet with them. */
export function Notifications() {
  const t = useTexts(consoleWords);
  const say = useSay();
  const [opened, setOpened] = useState(false);
  const unread = useQuery(client.ask('GET /api/notifications/unread'));
  const list = useQuery({ ...client.ask('GET /api/notifications', { query: { limit: 50 } }), enabled: opened });
  useLive(['notifications'], () => {
    void unread.refetch();
    if (opened) void list.refetch();
  });
  const readAll = async () => {
    try {
      await client.call('POST /api/notifications/read', { body: {} });
      await Promise.all([unread.refetch(), list.refetch()]);
    } catch (error) {
      notifyError(error);
    }
  };
  const count = unread.data?.unread ?? 0;
  return (
    <>
      <IconButton
        icon={IconBell}
        title={count > 0 ? `${t('notifications')} (${count})` : t('notifications')}
        onClick={() => setOpened(true)}
      />
      {count > 0 ? (
        <Text small strong numbers inline>
          {count}
        </Text>
      ) : null}
      <SideSheet
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('notifications')}
        modal
        foot={<Button onClick={() => void readAll()}>{t('readAll')}</Button>}
      >
        <Answer of={list} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('noNotifications')}</Text>}>
          {(data) => (
            <Stack gap={4}>
              {data.items.map((one) => (
                <div key={one.id}>
                  <Text strong={one.readAt === null}>
                    <Link href={`/console/${pathOf[one.subject.kind]}/${one.subject.id}`}>{say(one.title)}</Link>
                  </Text>
                  <Text small soft>
                    {say(one.text)} · <Age at={one.createdAt} />
                  </Text>
                </div>
              ))}
            </Stack>
          )}
        </Answer>
      </SideSheet>
    </>
  );
}
