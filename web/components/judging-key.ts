/** Begins the keys of mutations that send verdicts: a page that is left waits for them. */
export const judgingKey = 'judge'
