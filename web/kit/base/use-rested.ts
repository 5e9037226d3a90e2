import { useEffect, useState } from 'react';

/** The value once it has stayed the same for a while: what is typed is asked for when the hand rests. */
export function useRested<T>(value: T, ms = 200): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}
