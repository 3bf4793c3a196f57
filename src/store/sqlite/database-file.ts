import path from 'node:path'

export function databaseFile(dataFolder: string): string {
  return path.join(dataFolder, 'proofloop.db')
}
