import { useQuery } from '@tanstack/react-query';
import {
  Answer,
  BigDoor,
  EmptyState,
  PhoneLayout,
  Stack,
  useFormats,
  useLive,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

/** The officer's list on a phone: what waits, by its deadline. */
export function Page() {
  const t = useTexts(operationsWords);
  const formats = useFormats();
  const tasks = useQuery({
    ...client.ask('GET /api/tasks', { query: { state: 'open', limit: 100 } }),
    refetchInterval: 60_000,
  });
  useLive(['tasks'], () => void tasks.refetch());
  return (
    <PhoneLayout title={t('tasks')}>
      <Answer of={tasks} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('noTask')} />}>
        {(data) => (
          <Stack gap={3}>
            {data.items.map((task) => (
              <BigDoor
                key={task.id}
                href={`/console/tasks/${task.id}`}
                title={task.title}
                text={`${task.place.entityName ?? task.case.title} · ${t('due')} ${formats.instant(task.dueAt)}`}
              />
            ))}
          </Stack>
        )}
      </Answer>
    </PhoneLayout>
  );
}
