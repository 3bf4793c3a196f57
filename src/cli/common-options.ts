import { InvalidArgumentError } from 'commander'

/** Options that mean the same in every command that has them: `command.option(...dataOption)`. */
export const dataOption = ['--data <dir>', 'where everything is kept', '.proofloop'] as const
export const jsonOption = ['--json', 'print one JSON value on stdout'] as const
export const flowOption = [
  '--flow <dir>',
  'folder with agents/ (default: this folder, else the bundled example)',
] as const
export const agentsOption = [
  '--agents <names>',
  'only these agents, separated by commas',
  commaSeparated,
] as const

export const columnMappingOption = [
  '--column-mapping <field=column>',
  'what lines of the file call a field of ours: issues=${data.gt_json}, or document=pdf; repeatable',
  collect,
] as const

/** For options that may stand several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

/** For options that take names. @throws InvalidArgumentError when one is missing between commas */
export function commaSeparated(value: string): string[] {
  const names = value.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Separate names by single commas.')
  return names
}

/** @throws InvalidArgumentError */
export function positiveInteger(value: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a whole number from 1 up.')
}
