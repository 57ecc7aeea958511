// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to a VPC's route tables, as data. */
import type * as EC2 from '@aws-sdk/client-ec2';
import { write, type AwsRequest } from '../request.ts';

/** The gateway's routes show up in the table by themselves from now on. A second one changes nothing. */
export function enablePropagation(table: string, gateway: string): AwsRequest {
  return write('ec2', 'EnableVgwRoutePropagation', {
    RouteTableId: table,
    GatewayId: gateway,
  } satisfies EC2.EnableVgwRoutePropagationCommandInput);
}

export function disablePropagation(table: string, gateway: string): AwsRequest {
  return write('ec2', 'DisableVgwRoutePropagation', {
    RouteTableId: table,
    GatewayId: gateway,
  } satisfies EC2.DisableVgwRoutePropagationCommandInput);
}

export interface GatewayRoute {
  readonly table: string;
  readonly cidr: string;
  readonly gateway: string;
}

/** Refused with RouteAlreadyExists where the table has another route to that very block: it is somebody's. */
export function createRoute({ table, cidr, gateway }: GatewayRoute): AwsRequest {
  return write('ec2', 'CreateRoute', {
    RouteTableId: table,
    DestinationCidrBlock: cidr,
    GatewayId: gateway,
  } satisfies EC2.CreateRouteCommandInput);
}

/** Leads a block that has a route of ours elsewhere: a blackhole after its gateway was replaced. */
export function replaceRoute({ table, cidr, gateway }: GatewayRoute): AwsRequest {
  return write('ec2', 'ReplaceRoute', {
    RouteTableId: table,
    DestinationCidrBlock: cidr,
    GatewayId: gateway,
  } satisfies EC2.ReplaceRouteCommandInput);
}

export function deleteRoute(table: string, cidr: string): AwsRequest {
  return write('ec2', 'DeleteRoute', {
    RouteTableId: table,
    DestinationCidrBlock: cidr,
  } satisfies EC2.DeleteRouteCommandInput);
}
