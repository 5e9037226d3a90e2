/** What the province has to decide about reports, as data. Proposals until its people's committee has decided. */
export const terms = {
  /** days after the answer in which the citizen may reopen, once */
  reopenDays: 7,
  /** the time that a reopened report gets */
  reopened: { budget: 'P3D', kind: 'working' },
  /** days that a photo may wait for its report: a phone that was offline sends it then */
  unsentPhotoDays: 7,
  /** days after the answer in which the citizen may rate it */
  rateDays: 30,
  /** a former report is a likely twin within this distance and this long after its answer */
  twinMetres: 150,
  twinDays: 30,
  /** days that what was reported at a place counts for what is reported there next */
  habitDays: 365,
  /** submissions from one address in ten minutes; a whole village may stand behind one */
  submissionsIn10Minutes: 30,
  /** photos begun from one address in ten minutes */
  uploadsIn10Minutes: 150,
  /** follow codes tried from one address in ten minutes: enough for a village, of no use against 75 bits */
  codesIn10Minutes: 300,
  /** codes for one report's sender: the app that asks again after a lost answer gets a new one each time */
  codesASender: 5,
} as const;
