/** The cookie of a citizen's session; staff have another one, and a person may have both. */
export const SESSION_COOKIE = 'dttm_citizen';
