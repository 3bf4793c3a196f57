import { TextInput, type TextInputProps } from '@mantine/core'

type Props = Omit<TextInputProps, 'onChange' | 'value'> & {
  value: string
  onChange: (text: string) => void
}

export function TextField({ onChange, ...props }: Props) {
  return (
    <TextInput
      size="xs"
      {...props}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
