import { useEffect, useState } from 'react';

/** The time, again every so many seconds, so that ages on the page grow by themselves. */
export function useNow(everySeconds = 15): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  return now;
}
