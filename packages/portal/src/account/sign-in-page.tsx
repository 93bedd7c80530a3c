import { Alert, Button, Divider, Paper, PasswordInput, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconBrandGithub, IconKey, IconLogin2, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Failed } from '../ui/failed.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { redirectTarget } from './redirect-target.ts';
import { createSession } from './server/create-session.ts';
import { meQuery } from './server/me.ts';
import { providersQuery, type SignInProvider } from './server/providers.ts';
import classes from './sign-in-page.module.css';
import { explainRefusal } from './sign-in-reasons.ts';

export function SignInPage() {
  const [{ redirect, error, request }] = useUrlState();
  const target = redirectTarget(redirect, window.location.origin);
  const providers = useQuery(providersQuery);
  const me = useQuery(meQuery);
  const queryClient = useQueryClient();
  useEffect(() => {
    document.title = 'Sign in · Gatehouse';
  }, []);
  // The whole page anew: nothing that an earlier user has read may be left in it.
  const enter = () => window.location.replace(target);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever is signed in already goes on at once
  useEffect(() => {
    if (me.isSuccess && error === undefined) enter();
  }, [me.isSuccess]);
  const begin = useMutation({
    mutationFn: createSession,
    onSuccess: () => {
      queryClient.clear();
      enter();
    },
  });
  const refusal = error === undefined ? undefined : explainRefusal(error);
  const redirects = providers.data?.providers.filter(({ kind }) => kind === 'redirect') ?? [];
  const guest = providers.data?.providers.find(({ kind }) => kind === 'guest');
  return (
    <main className={classes.frame}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src="/gatehouse.svg" width={40} height={40} alt="" />
          <div>
            <Title order={1} size="h2">
              Sign in to Gatehouse
            </Title>
            <Text c="dimmed">Find, try and publish APIs</Text>
          </div>
        </div>
        {refusal !== undefined && (
          <Alert role="alert" color="red" variant="light" mb="md" title={refusal.title}>
            {refusal.advice}
            {request !== undefined && (
              <Text size="xs" c="dimmed" mt={4}>
                Request <code>{request.slice(0, 80)}</code>
              </Text>
            )}
          </Alert>
        )}
        <Paper p="lg">
          {providers.isPending && <Skeleton height={36} />}
          {providers.isError && <Failed error={providers.error} retry={() => void providers.refetch()} />}
          <Stack gap="xs">
            {redirects.map((provider) => (
              <ProviderButton key={provider.id} provider={provider} target={target} />
            ))}
            {guest !== undefined && (
              <Button
                variant="default"
                leftSection={<IconUser size={18} />}
                loading={begin.isPending}
                onClick={() => begin.mutate({ provider: 'guest' })}
              >
                {guest.title}
              </Button>
            )}
          </Stack>
          {providers.data?.token === true && (
            <>
              {(redirects.length > 0 || guest !== undefined) && <Divider className={classes.divider} label="or with an access token" />}
              <TokenForm
                only={redirects.length === 0 && guest === undefined}
                busy={begin.isPending}
                error={begin.error}
                onToken={(token) => begin.mutate({ token })}
              />
            </>
          )}
        </Paper>
        {redirects.length === 0 && providers.data?.token === true && (
          <Text c="dimmed" size="sm" mt="md">
            The first start shows the admin token once. Sign-in with GitHub or OpenID Connect is set up under <code>auth</code> in
            gatehouse.yaml.
          </Text>
        )}
      </div>
    </main>
  );
}

function ProviderButton({ provider, target }: { provider: SignInProvider; target: string }) {
  const [leaving, setLeaving] = useState(false);
  const Icon = provider.id === 'github' ? IconBrandGithub : IconLogin2;
  return (
    <Button
      component="a"
      href={`${provider.start ?? `/api/auth/${provider.id}/start`}?redirect=${encodeURIComponent(target)}`}
      leftSection={<Icon size={18} />}
      loading={leaving}
      onClick={() => setLeaving(true)}
    >
      Continue with {provider.title}
    </Button>
  );
}

interface TokenFormProps {
  /** There is no other way to sign in. */
  only: boolean;
  busy: boolean;
  error: Error | null;
  onToken(token: string): void;
}

function TokenForm({ only, busy, error, onToken }: TokenFormProps) {
  const [token, setToken] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (only) field.current?.focus();
  }, [only]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          ref={field}
          label="Access token"
          value={token}
          onChange={({ currentTarget }) => setToken(currentTarget.value)}
          autoComplete="current-password"
          leftSection={<IconKey size={16} />}
        />
        {error !== null && <Failed error={error} title="The token was refused" />}
        <Button type="submit" variant={only ? 'filled' : 'default'} loading={busy} disabled={token.trim() === ''}>
          Sign in with the token
        </Button>
      </Stack>
    </form>
  );
}
