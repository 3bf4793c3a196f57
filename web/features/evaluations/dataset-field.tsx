import { count } from '../../../src/schema/figure-words.ts'
import { SelectField } from '../../components/select-field.tsx'

export type Dataset = { name: string; documents: number | null; issues: number | null }

type Props = { datasets: Dataset[]; value: string; onChange: (name: string) => void }

export function DatasetField({ datasets, value, onChange }: Props) {
  return (
    <SelectField
      label="Dataset"
      value={value}
      onChange={onChange}
      data={datasets.map(({ name, documents, issues }) => ({
        value: name,
        label: `${name} (${count(documents ?? 0, 'document')}, ${count(issues ?? 0, 'issue')})`,
      }))}
    />
  )
}
