import { loadModel } from './model.ts';
import { serveModel } from './serve-model.ts';

/** The worker thread in which a model lies and calculates; model-thread.ts starts and asks it. */
serveModel((choice) => loadModel(choice, (name) => import(name)));
