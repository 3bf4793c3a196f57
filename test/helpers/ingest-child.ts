import { openStore } from '../../src/store/open-store.ts'
import { ingest, type IngestOptions } from './ingest.ts'

// Writes until it is killed, and tells its parent what the store acknowledged.
const options = JSON.parse(process.argv[2] ?? '') as IngestOptions
const store = await openStore(options.store)
await ingest(store, options.review, (acknowledged) => void process.send?.(acknowledged))
