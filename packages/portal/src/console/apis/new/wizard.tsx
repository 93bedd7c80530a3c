import { Button, Group, Stepper, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMe } from '../../../account/use-me.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import { writeYaml } from '../document-language.ts';
import { type ApiForm, emptyForm } from './api-form.ts';
import { BackendStep } from './backend-step.tsx';
import { BasicStep } from './basic-step.tsx';
import { checkForm, STEPS, type Step } from './check-form.ts';
import classes from './new-api.module.css';
import { firstStep, placeRefusal } from './problem-places.ts';
import { RequestStep } from './request-step.tsx';
import { ResponseStep } from './response-step.tsx';
import { toDraft } from './to-draft.ts';
import { refuseTaken, useCreateApi } from './use-create-api.ts';
import { useStored } from './use-stored.ts';

const VIEWS = {
  basic: { label: 'Basic information', View: BasicStep },
  request: { label: 'Request', View: RequestStep },
  backend: { label: 'Backend', View: BackendStep },
  response: { label: 'Response', View: ResponseStep },
} as const;

/** An API in four steps (B16). What is filled in stays, whether one goes back, reloads or comes again in this tab. */
export function Wizard() {
  const me = useMe();
  const initial = useCallback((): ApiForm => emptyForm(me.role === 'admin' ? '' : (me.teams[0] ?? '')), [me.role, me.teams]);
  const [form, setForm, forget] = useStored<ApiForm>(`gatehouse-new-api ${me.name}`, initial);
  const [url, setUrl] = useUrlState();
  const step: Step = STEPS.find((each) => each === url.step) ?? 'basic';
  const [attempted, setAttempted] = useState<ReadonlySet<Step>>(new Set());
  const [forgetting, setForgetting] = useState(false);
  const [looking, setLooking] = useState(false);
  const [taken, setTaken] = useState<unknown>();
  const queryClient = useQueryClient();
  const create = useCreateApi(forget);
  const frame = useRef<HTMLDivElement>(null);
  const found = checkForm(form);
  const refused = [...placeRefusal(create.error, form), ...placeRefusal(taken, form)];
  const shown = [...refused, ...found.filter((problem) => attempted.has(problem.step))];
  const index = STEPS.indexOf(step);
  const put = (change: Partial<ApiForm>) => {
    setForm((before) => ({ ...before, ...change }));
    if (create.isError) create.reset();
    if (taken !== undefined) setTaken(undefined);
  };
  const go = (to: Step) => setUrl({ step: to === 'basic' ? undefined : to }, { push: true });
  const tryStep = (which: Step): boolean => {
    setAttempted((before) => before.union(new Set([which])));
    return !found.some((problem) => problem.step === which);
  };
  const focusWrong = useFocusWrong(frame, shown.length > 0 ? shown : undefined);
  const next = async () => {
    if (!tryStep(step)) return focusWrong();
    if (step === 'basic') {
      setLooking(true);
      try {
        await refuseTaken(queryClient, form.name);
      } catch (error) {
        setTaken(error);
        return focusWrong();
      } finally {
        setLooking(false);
      }
    }
    const following = STEPS[index + 1];
    if (following !== undefined) return go(following);
    const wrong = firstStep(found);
    if (wrong !== undefined) {
      setAttempted(new Set(STEPS));
      return go(wrong);
    }
    create.mutate(
      {
        name: form.name,
        body: async () => {
          const { definition, ...draft } = toDraft(form);
          return { ...draft, definition: await writeYaml(definition) };
        },
      },
      {
        onError: (error) => {
          const where = firstStep(placeRefusal(error, form));
          if (where !== undefined && where !== step) go(where);
          focusWrong();
        },
      },
    );
  };
  const { View } = VIEWS[step];
  // What stands at no field is said as a whole.
  const whole = [create.error, taken].find((error) => error !== null && error !== undefined && placeRefusal(error, form).length === 0);
  return (
    <div className={classes.wizard} ref={frame}>
      <Stepper
        active={index}
        onStepClick={(to) => STEPS[to] !== undefined && go(STEPS[to])}
        size="sm"
        iconSize={30}
        classNames={{ stepBody: classes.stepBody ?? '', steps: classes.steps ?? '' }}
        allowNextStepsSelect={false}
      >
        {STEPS.map((each, position) => (
          <Stepper.Step
            key={each}
            label={VIEWS[each].label}
            color={shown.some((problem) => problem.step === each) ? 'red' : undefined}
            allowStepSelect={
              position <= index || STEPS.slice(0, position).every((before) => !found.some((problem) => problem.step === before))
            }
          />
        ))}
      </Stepper>
      <form
        noValidate
        className={classes.step}
        aria-label={VIEWS[step].label}
        onSubmit={(event) => {
          event.preventDefault();
          void next();
        }}
      >
        <View form={form} put={put} problemAt={(at) => shown.find((problem) => problem.step === step && problem.at === at)?.message} />
        {whole !== undefined && <Failed error={whole} title="The API was not created" />}
        <Group justify="space-between" mt="sm">
          <Button variant="subtle" color="gray" onClick={() => setForgetting(true)}>
            Start over
          </Button>
          <Group gap="xs">
            <Text size="xs" c="dimmed" visibleFrom="sm">
              Kept in this tab until you create it
            </Text>
            {index > 0 && (
              <Button variant="default" onClick={() => go(STEPS[index - 1] ?? 'basic')}>
                Back
              </Button>
            )}
            <Button type="submit" loading={looking || create.isPending}>
              {index === STEPS.length - 1 ? 'Create API' : 'Next'}
            </Button>
          </Group>
        </Group>
      </form>
      <Confirm
        opened={forgetting}
        onClose={() => setForgetting(false)}
        title="Start over?"
        action="Start over"
        danger
        busy={false}
        onConfirm={() => {
          forget();
          setAttempted(new Set());
          create.reset();
          setForgetting(false);
          go('basic');
        }}
      >
        <Text>What you filled in is forgotten.</Text>
      </Confirm>
    </div>
  );
}

/** Brings the first field that is wrong into view and the cursor to it, once it is shown as wrong. */
function useFocusWrong(frame: { current: HTMLElement | null }, shown: unknown): () => void {
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks when what is shown has changed
  useEffect(() => {
    if (asked === 0) return;
    const field = frame.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    field?.focus();
  }, [asked, shown === undefined]);
  return () => setAsked((count) => count + 1);
}
