import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { groupOfText } from '../document/document-group.ts'
import { openStore } from '../store/open-store.ts'
import {
  datasetEntry,
  longDocument,
  newDatasetVersion,
  newDocument,
} from '../store/store-samples.ts'
import { groupWhileReading } from './document-split.ts'
import { keepText } from './read-document.ts'

const splitKey = 'key'

test('what an engineer brings is theirs, also when a dataset hides the same text while it is read', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop'), exclusive: false })
  const text = longDocument('a')
  const group = groupWhileReading(splitKey, 'a', { byEngineer: true })
  const { document } = await store.documents.add({ ...newDocument('a'), group })
  const entry = datasetEntry('a', 'test', { textGroup: groupOfText(splitKey, text) })
  const version = newDatasetVersion([entry], { hash: 'aa11' })
  let attempts = 0
  const documents: typeof store.documents = {
    ...store.documents,
    async markReady(...read) {
      attempts += 1
      if (attempts === 1) await store.datasets.addVersion(version)
      return store.documents.markReady(...read)
    },
  }
  await keepText({ store: { ...store, documents }, splitKey }, document, text)
  expect(await store.documents.get('a')).toMatchObject({
    state: 'ready',
    split: 'evaluation',
    group: groupOfText(splitKey, text, 'engineers'),
  })
  expect(await store.groups.get(entry.textGroup)).toMatchObject({ split: 'test' })
})
