import { NumberField } from '../../components/number-field.tsx'

export const usualRepeats = 3

export function RepeatsField({ onChange }: { onChange: (repeats: number | null) => void }) {
  return (
    <NumberField
      label="Repeats"
      required
      withAsterisk={false}
      w={90}
      min={1}
      max={10}
      allowDecimal={false}
      initial={usualRepeats}
      onChange={onChange}
    />
  )
}
