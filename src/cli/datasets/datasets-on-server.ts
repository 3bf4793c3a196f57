import path from 'node:path'
import { ORPCError } from '@orpc/client'
import { exampleLine } from '../../dataset/export-lines.ts'
import type { StoredText } from '../../schema/stored-dataset.ts'
import type { Io } from '../io.ts'
import { connectServer } from '../on-server/connect-server.ts'
import { keepingDatasets, otherVersion, serverFault } from '../on-server/server-faults.ts'
import type { DatasetPlace } from './dataset-place.ts'
import { readDatasetHere } from './read-dataset-here.ts'

/** Those that a server keeps and that the person whose key it is may see. */
export function datasetsOnServer(address: string, io: Io): DatasetPlace {
  const { url, client, get } = connectServer(address, io.env)
  const { signal } = io
  return {
    list: async () => (await asked(url, client.datasets.list(undefined, { signal }))).items,
    version: (wanted) => asked(url, client.datasets.version(wanted, { signal })),
    versions: async (dataset) =>
      (await asked(url, client.datasets.versions({ dataset, limit: 100 }, { signal }))).items,
    check: (wanted) => asked(url, client.datasets.check(wanted, { signal })),
    diff: (compared) => asked(url, client.datasets.diff(compared, { signal })),
    // Documents are read here: the server gets their texts, unless it has them already.
    async import({ path: name, columnMapping, ...sent }) {
      const stored = storedThere(client, signal)
      const examples = await readDatasetHere({ path: name, columnMapping }, { stored }, io)
      const lines = examples.map((example) => `${JSON.stringify(exampleLine(example))}\n`)
      const source = path.parse(path.resolve(io.cwd, name)).name
      const file = new File(lines, `${source}.jsonl`)
      return asked(url, client.datasets.import({ ...sent, file }, { signal }))
    },
    async export({ dataset, version, split }) {
      const query = split === undefined ? '' : `?split=${split}`
      const where = `/datasets/${encodeURIComponent(dataset)}/versions/${version}/export${query}`
      const response = await asked(url, get(where, signal))
      const [, digest = ''] =
        /^sha-256=:(.+):$/.exec(response.headers.get('repr-digest') ?? '') ?? []
      const hash = response.headers.get('x-dataset-hash') ?? ''
      if (response.body === null || digest === '' || hash === '') {
        throw otherVersion(url)
      }
      const sha256 = Buffer.from(digest, 'base64').toString('hex')
      return { content: response.body, sha256, hash }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** Labels are checked here against what the server has read; the server takes its own text. */
function storedThere(
  { documents }: ReturnType<typeof connectServer>['client'],
  signal: AbortSignal,
): (sha256: string) => Promise<StoredText | null> {
  return async (sha256) => {
    try {
      const { state, language } = await documents.get({ sha256 }, { signal })
      if (state !== 'ready') return null
      const { name, paragraphs } = await documents.text({ sha256 }, { signal })
      const texts = paragraphs.map(({ index, page, text }) => ({ index, page, text }))
      return { id: sha256, group: sha256, name, language, paragraphs: texts }
    } catch (error) {
      if (error instanceof ORPCError && error.status === 404) return null
      throw error
    }
  }
}

async function asked<T>(url: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw serverFault(error, url, keepingDatasets)
  }
}
