/** The state of a lamp, as the outage rule sees it. Pure; used in the browser. */
type Seen = { value: number; quality: number } | undefined;
export type LampState = 'lit' | 'dark' | 'out' | 'unknown';

/** @param switchedOn 1 switched on, 0 off @param power drawn (W); calibration and faults say nothing of the lamp */
export function lampState(switchedOn: Seen, power: Seen): LampState {
  if (switchedOn?.quality !== 0 || power?.quality !== 0) return 'unknown';
  if (switchedOn.value < 1) return 'dark';
  return power.value < 5 ? 'out' : 'lit';
}
