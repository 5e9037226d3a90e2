import { useQuery } from '@tanstack/react-query';
import { useStoredIn } from '../../kit/offline/use-stored.ts';
import { client } from '../client.ts';
import { onStored } from './store.ts';

/** What this phone keeps, read anew whenever this window, another one or the worker changes it. */
export const useStored = <T>(name: string, read: () => Promise<T>) => useStoredIn(onStored, name, read);

/** The categories; without a network the last ones that the worker kept. */
export function useCategories() {
  return useQuery({
    ...client.ask('GET /api/reports/categories'),
    networkMode: 'offlineFirst',
    staleTime: 3_600_000,
  });
}
