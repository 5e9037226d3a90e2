/**
 * Declaration: what a system says of itself, in one readable constant. Promise: a wrong declaration does not compile,
 * and what types cannot say is checked at start with a clear message.
 */

import type { Alerts } from '../alerts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Calendar } from '../calendar/index.ts';
import type { Cases, CaseType, Procedure } from '../cases/index.ts';
import type { Citizens } from '../citizens/index.ts';
import type { Context, EntityType } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Files } from '../files/index.ts';
import type { Derivation, History } from '../history/index.ts';
import type { Http } from '../http/index.ts';
import type { Identity } from '../identity/index.ts';
import type { IndicatorDeclaration, Indicators } from '../indicators/index.ts';
import type { FileDoor, Guard, Ingest } from '../ingest/index.ts';
import type { Job } from '../jobs/index.ts';
import type { Notify } from '../notify/index.ts';
import type { Permission } from '../rights/index.ts';
import type { RuleDeclaration } from '../rules/index.ts';
import type { Territory } from '../territory/index.ts';
import type { Text } from '../words/index.ts';

export { serveDeclarations } from './routes.ts';

/** The rooms, as a system's routes and jobs get them. */
export type Platform = {
  db: Db;
  now: () => Date;
  log: Log;
  audit: Audit;
  context: Context;
  history: History;
  ingest: Ingest;
  alerts: Alerts;
  cases: Cases;
  citizens: Citizens;
  notify: Notify;
  files: Files;
  indicators: Indicators;
  territory: Territory;
  identity: Identity;
  calendar: Calendar;
  /** which addresses outside the program may be made to ask */
  guard: Guard;
  site: Site;
};

/** What whoever runs the platform configured, as far as systems need it. */
export type Site = {
  mode: 'demo' | 'clean';
  /** where people reach it; null where nobody said */
  publicUrl: string | null;
  /** the name of the province in standards that ask for one (Open311): its domain */
  jurisdiction: string;
  /** sites that may show our widgets in a frame */
  embeddedBy: readonly string[];
};

/** 'Type.property' for every observed property of the system's entities: a reference to none does not compile. */
export type Ref<E extends Record<string, EntityType>> = {
  [T in keyof E & string]: `${T}.${keyof E[T]['observes'] & string}`;
}[keyof E & string];

/** A page of the console (or, with access 'public', of the citizen shell), found by the shells under its file name. */
export type Page = {
  path: string;
  /** file below the system's `pages/`, without extension */
  file: string;
  access: Permission | 'signed-in' | 'public';
  title: Text;
  shell: 'console' | 'citizen' | 'wall';
  /** shown in the navigation in this order; absent: reached by links only */
  order?: number;
  icon?: string;
};

export type System<E extends Record<string, EntityType> = Record<string, EntityType>> = {
  name: string;
  title: Text;
  entities: E;
  doors?: readonly FileDoor[];
  derive?: readonly (Omit<Derivation, 'to' | 'from'> & { to: Ref<E>; from: readonly Ref<E>[] })[];
  rules?: readonly (Omit<RuleDeclaration, 'on'> & { on: Ref<E> })[];
  cases?: Record<string, CaseType>;
  procedures?: readonly Procedure[];
  indicators?: readonly IndicatorDeclaration[];
  routes?(http: Http, platform: Platform): void;
  /** What it needs in the database at every start; before anything runs. */
  prepare?(platform: Platform): Promise<void>;
  /** Work by the clock. */
  jobs?(platform: Platform): readonly Job[];
  pages?: readonly Page[];
};

/** Declares a system; the helper types tie rules and derivations to the properties that exist. */
export function declareSystem<const E extends Record<string, EntityType>>(system: System<E>): System<E> {
  return system;
}
