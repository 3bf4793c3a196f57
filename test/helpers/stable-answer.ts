/** What differs from one moment to the next, and from one process to the next. */
const passing: [RegExp, string][] = [
  [/^(?:x-request-id|set-cookie|content-length): .*$/gm, ''],
  [/"request":"[^"]+"/g, '"request":"ID"'],
  [/\bits log has more under [\w-]+/gi, 'its log has more under ID'],
  [
    /^((?:process_|proofloop_event_loop_|proofloop_open_streams|proofloop_http_request_seconds)\S*).*$/gm,
    '$1',
  ],
  [/pl_[\w-]{8,}/g, 'KEY'],
  [/token=[\w-]+/g, 'token=TOKEN'],
]

const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
const isoTime = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g
const milliseconds = /\b1[0-9]{12}\b/g

/**
 * An answer, or a line of the log, without what is new with every request: ids and times from `since` on, which are
 * those of the request and not of what was there before. The tag of an answer follows from all that it says: it
 * stays where nothing of that is new.
 */
export function stableAnswer(text: string, since: number): string {
  const unless = (isNew: (found: string) => boolean, word: string) => (found: string) =>
    isNew(found) ? word : found
  const stable = passing
    .reduce((all, [what, by]) => all.replaceAll(what, by), text)
    .replaceAll(
      id,
      unless((found) => madeAt(found) >= since, 'ID'),
    )
    .replaceAll(
      isoTime,
      unless((found) => Date.parse(found) >= since, 'TIME'),
    )
    .replaceAll(
      milliseconds,
      unless((found) => Number(found) >= since, 'TIME'),
    )
  return contentOf(stable) === contentOf(text) ? stable : stable.replace(/^etag: .*$/m, '')
}

function madeAt(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)
}

function contentOf(answer: string): string {
  return answer.slice(answer.indexOf('\n\n'))
}
