import { useCallback, useEffect, useState } from 'react';

/** Which of `count` views the wall shows: turns by itself every so many seconds, and can be told to jump. */
export function useTurn(
  count: number,
  seconds: number,
): { index: number; turn: number; jump: (index: number) => void } {
  const [state, setState] = useState({ index: 0, turn: 0 });
  useEffect(() => {
    if (count < 2) return;
    // The number of the turn is part of the effect, so that a jump gives its view the full time.
    const turn = state.turn;
    const timer = setTimeout(
      () => setState((now) => ({ index: (now.index + 1) % count, turn: turn + 1 })),
      seconds * 1000,
    );
    return () => clearTimeout(timer);
  }, [count, seconds, state.turn]);
  const jump = useCallback(
    (index: number) => setState((now) => ({ index: index % Math.max(1, count), turn: now.turn + 1 })),
    [count],
  );
  return { index: count === 0 ? 0 : state.index % count, turn: state.turn, jump };
}
