/**
 * Rows of all pages, one after the other.
 * @param read a page of at most `size` rows that come after the row with this id; from the first one when left out
 */
export async function* readPages<Row extends { id: string }>(
  read: (page: { after?: string; limit: number }) => Promise<Row[]>,
  size: number,
): AsyncGenerator<Row> {
  let after: string | undefined
  for (;;) {
    const rows = await read({ after, limit: size })
    yield* rows
    after = rows.at(-1)?.id
    if (rows.length < size) return
  }
}
