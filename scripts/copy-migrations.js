import { cpSync } from 'node:fs'

// The compiler copies no SQL.
cpSync('src/store/migrations', 'dist/store/migrations', { recursive: true })
