/** Which entries are shown, as the page's address has it: it can be sent to somebody, and one can go back. */
export type AuditSearch = {
  /** An id. */
  who?: string
  what?: string
  /** An id. */
  about?: string
  /** Days of the reader's calendar, both included: 2026-11-28. */
  from?: string
  to?: string
  /** Only entries with a smaller number. */
  before?: number
}

/** What of an address can be used; the rest is as if it were not there. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const { before } = search
  return {
    who: textOf(search['who']),
    what: textOf(search['what']),
    about: textOf(search['about']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    before:
      typeof before === 'number' && Number.isSafeInteger(before) && before > 0 ? before : undefined,
  }
}

/** Whether entries may be left out between those that are shown. */
export function isNarrowed({ who, what, about, from, to }: AuditSearch): boolean {
  return [who, what, about, from, to].some((one) => one !== undefined)
}

/** As the server takes it; days begin and end in the reader's zone. */
export function filterOf({ who, what, about, from, to }: AuditSearch) {
  return {
    actor: who,
    action: what,
    subject: about,
    from: from === undefined ? undefined : startOfDay(from),
    until: to === undefined ? undefined : startOfDay(to, 1),
  }
}

/** A number comes back from an address as a number. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}

function dayOf(value: unknown): string | undefined {
  const isDay = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/u.test(value)
  return isDay && Number.isFinite(startOfDay(value)) ? value : undefined
}

/** By the calendar, since days of 23 and of 25 hours are days, too. */
function startOfDay(day: string, later = 0): number {
  const date = new Date(`${day}T00:00`)
  date.setDate(date.getDate() + later)
  return Math.max(0, date.getTime())
}
