/** What differs from one moment to the next, and from one process to the next. */
const passing: [RegExp, string][] = [
  [/^(?:x-request-id|etag|set-cookie|content-length): .*$/gm, ''],
  [/"request":"[^"]+"/g, '"request":"ID"'],
  [/\bits log has more under [\w-]+/gi, 'its log has more under ID'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [
    /^((?:process_|proofloop_event_loop_|proofloop_open_streams|proofloop_http_request_seconds)\S*).*$/gm,
    '$1',
  ],
  [/pl_[\w-]{8,}/g, 'KEY'],
  [/token=[\w-]+/g, 'token=TOKEN'],
]

const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

/**
 * An answer without what is new with every request: ids and times later than `since`, which are those of
 * the request and not of what was there before.
 */
export function stableAnswer(text: string, since: number): string {
  const isNew = (uuid: string): boolean =>
    Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16) >= since
  return passing
    .reduce((all, [what, by]) => all.replaceAll(what, by), text)
    .replaceAll(id, (found) => (isNew(found) ? 'ID' : found))
    .replaceAll(/\b1[0-9]{12}\b/g, (found) => (Number(found) >= since ? 'TIME' : found))
}
