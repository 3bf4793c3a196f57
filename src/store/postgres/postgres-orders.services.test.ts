import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { expect, it } from 'vitest'
import { dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../../test/helpers/store-database.ts'
import { openStore } from '../open-store.ts'
import { datasetEntry, newDatasetVersion } from '../store-samples.ts'

const texts = ['a', 'b', 'c']
const ofTexts = `from unnest(array['a', 'b', 'c']) as t`

/** Both versions meet at what somebody else writes of the text in the middle, and go on when that is given up. */
it.each([
  {
    what: 'splits that are said',
    before: `insert into document_groups select 'group ' || t, 'test', 0, 1 ${ofTexts}`,
    inTheMiddle: `insert into chosen_splits values ('group b', 'test', 'cleo', 1)`,
    more: { contents: [] },
  },
  {
    what: 'texts',
    before: 'select 1',
    inTheMiddle: `insert into dataset_texts values ('text b', '')`,
  },
  {
    what: 'labels',
    before: `insert into dataset_texts select 'text ' || t, '' ${ofTexts}`,
    inTheMiddle: `insert into dataset_labels values ('content b', '{}')`,
  },
])(
  'versions that bring the same $what at once, each in an order of its own, wait for each other',
  async ({ before, inTheMiddle, more }) => {
    const databaseUrl = await createStoreDatabase()
    const [other, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)]
    {
      await using store = await openStore({ dataFolder: '', databaseUrl })
      for (const client of [other, watcher]) await client.connect()
      const add = async (dataset: string, inOrder: string[]) => {
        const entries = inOrder.map((id) => datasetEntry(id, 'test'))
        const said = entries.map(({ textGroup, split }) => ({ textGroup, split }))
        const version = newDatasetVersion(entries, { hash: dataset })
        return store.datasets.addVersion({ ...version, dataset, said, ...more })
      }
      await other.query(before)
      await other.query('begin')
      await other.query(inTheMiddle)
      const both = [add('up', texts)]
      await untilWaiting(watcher, 1)
      both.push(add('down', texts.toReversed()))
      await untilWaiting(watcher, 2)
      await other.query('rollback')
      expect(await Promise.all(both)).toMatchObject([{ dataset: 'up' }, { dataset: 'down' }])
      for (const client of [other, watcher]) await client.end()
    }
    await dropDatabase(databaseUrl)
  },
)

async function untilWaiting(client: pg.Client, count: number): Promise<void> {
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  while ((await client.query(waiting)).rows.length < count) await setTimeout(20)
}
