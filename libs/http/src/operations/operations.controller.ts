import { Controller, Header, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { HttpPortsRef } from '../app/http-ports.js';
import { Problem } from '../problems/problem.js';
import { PublicGet } from '../routes/ledger-routes.js';
import { LivenessDto, ReadinessDto } from './health.dto.js';
import { checkHealth, warningsOf } from './health.js';

/** What machines ask: alive, ready, how fast. */
@ApiTags('Running')
@Controller()
export class OperationsController {
  constructor(
    @Inject(HttpPortsRef) private readonly ports: HttpPortsRef,
    @Inject(Registry) private readonly registry: Registry,
  ) {}

  @PublicGet('livez', {
    summary: 'The process is alive; says nothing about its dependencies.',
    answer: LivenessDto,
  })
  livez(): LivenessDto {
    return { status: 'ok' };
  }

  @PublicGet('readyz', {
    summary:
      'Every dependency answers. 503 names the one that does not; a warning, what stands still all the same.',
    answer: ReadinessDto,
    otherAnswers: { 503: { description: 'A dependency does not answer.' } },
  })
  async readyz(): Promise<ReadinessDto> {
    const { current } = this.ports;
    const [checks, warnings] = await Promise.all([checkHealth(current.checks), warningsOf(current.warnings)]);
    const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    if (failing.length > 0)
      throw new Problem('not-ready', { checks, warnings, note: `Not ready: ${failing.join(', ')}.` });
    return { status: 'ok', checks, warnings };
  }

  @PublicGet('metrics', { summary: 'Figures for Prometheus; route templates only, no personal data.' })
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
