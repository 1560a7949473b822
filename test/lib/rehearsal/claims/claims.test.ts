import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allClaims, unverifiedOf } from '../../../../lib/rehearsal/claims/registry.ts';
import { dynamoDbCases } from '../../../real/dynamodb/cases/all.ts';

const contractCases = [...dynamoDbCases];
const claims = allClaims.flatMap((service) => service.claims);

describe('claims', () => {
  test('have ids of their own in kebab case, under the name of their service', () => {
    const ids = claims.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(new Set(allClaims.map(({ service }) => service)).size).toBe(allClaims.length);
  });

  test('say their rule as a sentence', () => {
    expect(claims.filter(({ rule }) => !/^\S.*\.$/.test(rule)).map(({ id }) => id)).toEqual([]);
  });

  test('have documentation or something that anybody can look up as their source', () => {
    const hosts = /^https:\/\/(docs\.aws\.amazon\.com|kubernetes\.io|karpenter\.sh|docs\.jsonata\.org|github\.com)\b/;
    expect(claims.filter(({ source }) => source !== undefined && !hosts.test(source)).map(({ id }) => id)).toEqual([]);
  });

  test('name contract cases that are there, and every case is named', () => {
    const named = new Set(claims.flatMap(({ cases }) => cases));
    expect(named).toEqual(new Set(contractCases.map(({ id }) => id)));
    expect(new Set(contractCases.map(({ id }) => id)).size).toBe(contractCases.length);
  });

  test('are told by every simulated service, and all of them are collected', () => {
    const services = ['kubernetes', 'network', 'states', 'estate', 'world'].map((name) => `lib/rehearsal/${name}`);
    const folders = [...globSync('lib/rehearsal/aws/*/*.ts').map(dirname), ...services];
    const telling = globSync('lib/rehearsal/**/claims.ts', { exclude: ['lib/rehearsal/kubernetes/node/**'] });
    expect(new Set(telling.map(dirname))).toEqual(new Set(folders));
    const registry = readFileSync('lib/rehearsal/claims/registry.ts', 'utf8');
    expect(telling.filter((file) => !registry.includes(`'${file.replace('lib/rehearsal', '..')}'`))).toEqual([]);
    expect(allClaims).toHaveLength(telling.length);
  });
});

describe('what a rehearsal rests on', () => {
  test('is of the services that it called and of what holds whoever calls', () => {
    const ids = unverifiedOf(['rds', 'lambda']).map(({ id }) => id);
    expect(ids).toContain('rds.promotion-time');
    expect(ids).toContain('kubernetes.image-pull');
    expect(ids).not.toContain('routing-control.health-check-delay');
    expect(ids).not.toContain('rds.usual-lag');
  });
});
