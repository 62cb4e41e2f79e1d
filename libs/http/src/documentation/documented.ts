import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { RoutePlan } from '../routes/route-plan.js';
import type { Class } from '../validation/dto-fields.js';
import { exampleOf } from '../validation/example.js';

interface Words {
  readonly summary: string;
  readonly description?: string;
  readonly answer?: Class | readonly [Class];
}

/** Reference to the shape of every problem document, which the document builder adds once. */
const PROBLEM = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The documentation of one route: what it needs, what it answers, and how it may fail. */
export function documented(plan: RoutePlan, status: number, words: Words): MethodDecorator {
  const { access, command } = plan;
  const isPublic = access.kind === 'public';
  const needs = isPublic ? 'No credentials needed.' : `Needs the scope \`${access.scope}\`.`;
  const description = [words.description, needs].filter(Boolean).join('\n\n');
  const decorators: MethodDecorator[] = [
    ...exampleBody(plan.body),
    ApiOperation({ summary: words.summary, description }),
    ApiResponse({ status, description: 'Done.', ...answerOf(words.answer) }),
    ...failuresOf(plan).map(([code, text]) => ApiResponse({ status: code, description: text, ...PROBLEM })),
  ];
  if (!isPublic) decorators.push(ApiBearerAuth());
  if (command !== undefined) decorators.push(...headersOf(command));
  return applyDecorators(...decorators);
}

/** The example that can be sent as it stands, beside the schema. */
function exampleBody(body: RoutePlan['body']): MethodDecorator[] {
  if (body === undefined) return [];
  return [ApiBody({ type: body, examples: { example: { summary: 'Example', value: exampleOf(body) } } })];
}

function answerOf(answer: Words['answer']): object {
  if (answer === undefined) return {};
  return Array.isArray(answer) ? { type: answer[0] as Class, isArray: true } : { type: answer };
}

function headersOf({ isNo, ifMatch }: NonNullable<RoutePlan['command']>): MethodDecorator[] {
  const key = ApiHeader({
    name: 'Idempotency-Key',
    required: !isNo && !ifMatch,
    description: 'Chosen by the client, per command: a repetition with the same key gets the same answer.',
    schema: { type: 'string', maxLength: 255 },
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  }) as MethodDecorator;
  const tag = ApiHeader({
    name: 'If-Match',
    required: true,
    description: 'Strong entity tag of the revision that the caller has seen.',
    schema: { type: 'string' },
    example: '"7"',
  }) as MethodDecorator;
  return ifMatch ? [key, tag] : [key];
}

function failuresOf({ access, command, body, query, params }: RoutePlan): [number, string][] {
  const failures: [number, string][] = [];
  const hasInput = body !== undefined || query !== undefined || params.length > 0;
  if (hasInput) failures.push([400, 'The request is malformed; `errors` names each place.']);
  if (access.kind === 'scope') {
    failures.push([401, 'No valid credentials.'], [403, 'The credentials lack the right.']);
  }
  if (command !== undefined) {
    failures.push([409, 'The ledger declines, or the same command is still running; `code` says which.']);
    failures.push([422, 'The idempotency key was used with another body.']);
    if (command.ifMatch)
      failures.push([412, 'Somebody else wrote in between.'], [428, '`If-Match` is missing.']);
  }
  if (access.kind === 'scope') failures.push([503, 'A dependency does not answer; try again later.']);
  return failures;
}
