/** The only list of systems. A system is added by one import and one entry. */
export const systemNames = ['environment', 'operations'] as const;
