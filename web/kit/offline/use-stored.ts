import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What this device keeps, read anew whenever this window, another one or the worker changes it. */
export function useStoredIn<T>(onStored: (listener: () => void) => () => void, name: string, read: () => Promise<T>) {
  const queries = useQueryClient();
  useEffect(() => onStored(() => void queries.invalidateQueries({ queryKey: ['stored'] })), [onStored, queries]);
  return useQuery({ queryKey: ['stored', name], queryFn: read, networkMode: 'always', staleTime: 0 });
}
