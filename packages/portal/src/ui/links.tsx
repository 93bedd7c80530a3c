import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Given<Props> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'color' | keyof Props> &
  Props & { ref?: Ref<HTMLAnchorElement> };

function PlainAnchor(props: Given<AnchorProps>) {
  return <Anchor {...props} />;
}

function AnchorButton(props: Given<ButtonProps>) {
  return <Button component="a" {...props} />;
}

/** A link in text to a page of the portal. */
export const TextLink = createLink(PlainAnchor);

/** A link to a page of the portal that looks like a button. */
export const ButtonLink = createLink(AnchorButton);
