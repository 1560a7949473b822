import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { ProvisionContext, ResourceProvider } from '../service.ts';
import type { HealthCheckConfiguration } from './health-check.ts';
import { normalName, recordTypes } from './record-set.ts';
import type { Route53Service } from './route53-service.ts';
import { routingFault, routingMembers, routingOf } from './routing-policy.ts';

/** CloudFormation gives whole numbers as numbers or as text. */
const wholeNumber = z.coerce.number().int();

const recordSetSchema = z.strictObject({
  Name: z.string(),
  Type: z.enum(recordTypes),
  HostedZoneId: z.string().optional(),
  HostedZoneName: z.string().optional(),
  TTL: wholeNumber.optional(),
  ResourceRecords: z.array(z.string()).min(1).optional(),
  ...routingMembers,
  HealthCheckId: z.string().optional(),
  AliasTarget: z
    .strictObject({ DNSName: z.string(), HostedZoneId: z.string(), EvaluateTargetHealth: z.boolean().default(false) })
    .optional(),
  Comment: z.string().optional(),
});

/** The alias takes over the time to live of its target; 60 s for a load balancer (Route 53 developer guide). */
const aliasTtlSeconds = 60;

export function recordSetProvider(route53: Route53Service): ResourceProvider {
  return defineResource('AWS::Route53::RecordSet', recordSetSchema, (properties, context) => {
    const at = `${context.stackName}/${context.logicalId}`;
    const { HostedZoneId: zoneId, HostedZoneName: zoneName } = properties;
    const zone = zoneId === undefined ? route53.zoneByName(zoneName ?? '') : route53.zone(zoneId);
    if (zone === undefined) {
      throw new InputError(
        `${at}: no hosted zone ${zoneId ?? zoneName}; the rehearsal has the zones of the plan's dns[].zone`,
      );
    }
    if (!zone.holds(normalName(properties.Name))) {
      throw new InputError(`${at}: the name ${properties.Name} does not lie in zone ${zone.name}`);
    }
    if ((properties.ResourceRecords === undefined) === (properties.AliasTarget === undefined)) {
      throw new InputError(`${at}: a record set has either ResourceRecords or an AliasTarget`);
    }
    if (properties.ResourceRecords !== undefined && properties.TTL === undefined) {
      throw new InputError(`${at}: a record set with ResourceRecords needs a TTL`);
    }
    const fault = routingFault(properties, properties.ResourceRecords?.length ?? 0);
    if (fault !== undefined) throw new InputError(`${at}: ${fault}`);
    if (properties.HealthCheckId !== undefined && !route53.hasHealthCheck(properties.HealthCheckId)) {
      throw new InputError(`${at}: no health check ${properties.HealthCheckId}`);
    }
    const alias = properties.AliasTarget;
    route53.createRecordSet(zone, {
      name: normalName(properties.Name),
      type: properties.Type,
      setIdentifier: properties.SetIdentifier,
      routing: routingOf(properties),
      healthCheckId: properties.HealthCheckId,
      ttlSeconds: properties.TTL ?? aliasTtlSeconds,
      values: properties.ResourceRecords ?? [],
      alias: alias && {
        dnsName: alias.DNSName,
        hostedZoneId: alias.HostedZoneId,
        evaluateTargetHealth: alias.EvaluateTargetHealth,
      },
    });
    return { ref: properties.Name, attributes: {} };
  });
}

const endpointSchema = z.strictObject({
  Type: z.enum(['HTTP', 'HTTPS']),
  FullyQualifiedDomainName: z.string(),
  Port: wholeNumber.min(1).max(65_535).optional(),
  ResourcePath: z.string().default('/'),
  RequestInterval: z.union([z.literal(10), z.literal(30)]).default(30),
  FailureThreshold: wholeNumber.min(1).max(10).default(3),
  Inverted: z.boolean().default(false),
  EnableSNI: z.boolean().optional(),
  MeasureLatency: z.literal(false).optional(),
  /** At least three (API reference, HealthCheckConfig). Which of them makes no difference here: see checkerPlaces. */
  Regions: z.array(z.string()).min(3).optional(),
});

const calculatedSchema = z.strictObject({
  Type: z.literal('CALCULATED'),
  ChildHealthChecks: z.array(z.string()).min(1).max(255),
  HealthThreshold: wholeNumber.min(0),
  Inverted: z.boolean().default(false),
});

/** CloudFormation user guide, AWS::Route53::HealthCheck HealthCheckConfig: RoutingControlArn with Type RECOVERY_CONTROL. */
const routingControlSchema = z.strictObject({
  Type: z.literal('RECOVERY_CONTROL'),
  RoutingControlArn: z.string(),
  Inverted: z.boolean().default(false),
});

const healthCheckSchema = z.strictObject({
  HealthCheckConfig: z.discriminatedUnion('Type', [endpointSchema, calculatedSchema, routingControlSchema]),
  HealthCheckTags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export function healthCheckProvider(route53: Route53Service): ResourceProvider {
  return defineResource('AWS::Route53::HealthCheck', healthCheckSchema, ({ HealthCheckConfig: config }, context) => {
    const configuration =
      config.Type === 'CALCULATED'
        ? calculated(route53, config, context)
        : config.Type === 'RECOVERY_CONTROL'
          ? routingControl(route53, config, context)
          : endpoint(config);
    const id = context.generatedName;
    route53.createHealthCheck(id, configuration);
    return { ref: id, attributes: { HealthCheckId: id } };
  });
}

function endpoint(config: z.output<typeof endpointSchema>): HealthCheckConfiguration {
  const scheme = config.Type === 'HTTPS' ? 'https' : 'http';
  const port = config.Port === undefined ? '' : `:${config.Port}`;
  const path = config.ResourcePath.startsWith('/') ? config.ResourcePath : `/${config.ResourcePath}`;
  return {
    kind: 'endpoint',
    url: `${scheme}://${config.FullyQualifiedDomainName}${port}${path}`,
    intervalSeconds: config.RequestInterval,
    failureThreshold: config.FailureThreshold,
    inverted: config.Inverted,
  };
}

function calculated(
  route53: Route53Service,
  config: z.output<typeof calculatedSchema>,
  context: ProvisionContext,
): HealthCheckConfiguration {
  const missing = config.ChildHealthChecks.filter((child) => !route53.hasHealthCheck(child));
  if (missing.length > 0) {
    throw new InputError(`${context.stackName}/${context.logicalId}: no health check ${missing.join(', ')}`);
  }
  return {
    kind: 'calculated',
    children: config.ChildHealthChecks,
    threshold: config.HealthThreshold,
    inverted: config.Inverted,
  };
}

function routingControl(
  route53: Route53Service,
  config: z.output<typeof routingControlSchema>,
  context: ProvisionContext,
): HealthCheckConfiguration {
  const { RoutingControlArn: routingControlArn, Inverted: inverted } = config;
  if (!route53.hasRoutingControl(routingControlArn)) {
    throw new InputError(`${context.stackName}/${context.logicalId}: no routing control ${routingControlArn}`);
  }
  return { kind: 'routing-control', routingControlArn, inverted };
}
