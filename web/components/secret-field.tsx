import { PasswordInput, type PasswordInputProps } from '@mantine/core'

type Props = Omit<PasswordInputProps, 'onChange' | 'value'> & {
  value: string
  onChange: (text: string) => void
}

/** A password, which can be shown, also by keyboard. */
export function SecretField({ onChange, ...props }: Props) {
  return (
    <PasswordInput
      required
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      {...props}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
