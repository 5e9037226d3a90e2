import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from '../client.ts';
import { onStored } from './store.ts';

/** What this phone keeps, read anew whenever this window, another one or the worker changes it. */
export function useStored<T>(name: string, read: () => Promise<T>) {
  const queries = useQueryClient();
  useEffect(() => onStored(() => void queries.invalidateQueries({ queryKey: ['stored'] })), [queries]);
  return useQuery({ queryKey: ['stored', name], queryFn: read, networkMode: 'always', staleTime: 0 });
}

/** The categories; without a network the last ones that the worker kept. */
export function useCategories() {
  return useQuery({
    ...client.ask('GET /api/reports/categories'),
    networkMode: 'offlineFirst',
    staleTime: 3_600_000,
  });
}
