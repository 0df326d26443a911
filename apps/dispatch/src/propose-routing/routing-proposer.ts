/** Proposals from the model that this process has loaded and the directory as it is now. */
import { readFileSync } from 'node:fs';
import { keywordLinearModel, readStoredModel } from '@lianban/routing';
import type { RoutingModel } from '@lianban/routing';
import { DirectoryCopy } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { DispatchFacts } from '../domain/facts.js';
import { SETTINGS } from '../settings.js';
import type { DispatchSettings } from '../settings.js';
import { proposeRouting } from './proposal.js';
import type { District, Proposal } from './proposal.js';

const shipped = new URL('../../data/routing-model.json', import.meta.url);

/** @throws Error naming the file when it can't be read or is no model */
export const loadModel = (file: string | undefined): RoutingModel => {
  const from = file ?? shipped;
  try {
    return keywordLinearModel(readStoredModel(readFileSync(from, 'utf8')));
  } catch (error) {
    throw new Error(`the routing model ${String(from)} can not be used: ${(error as Error).message}`, { cause: error });
  }
};

/** For a demand at a time; null when nobody has heard of the demand. Pure, so that a decision may ask it. */
export type Propose = (demand: DispatchFacts['demand'], at: string) => Proposal | null;

@Injectable()
export class RoutingProposer {
  private readonly model: RoutingModel;

  constructor(
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'departments' | 'responsibilities' | 'territoryPaths'>,
    @Inject(SETTINGS) { modelFile }: Pick<DispatchSettings, 'modelFile'>,
  ) {
    this.model = loadModel(modelFile);
  }

  async now(): Promise<Propose> {
    const district: District = { departments: await this.directory.departments(), responsibilities: await this.directory.responsibilities(), pathUp: await this.directory.territoryPaths() };
    return (demand, at) => demand && proposeRouting(this.model, district, demand, at);
  }
}
