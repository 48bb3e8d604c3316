import "@std/assert"; import "@std/cli"; import "@std/csv"; import "@std/path";
import "@tensorflow/tfjs"; import "@tensorflow/tfjs-core"; import "@tensorflow/tfjs-backend-cpu"; import "@tensorflow/tfjs-backend-wasm"; import type {} from "@tensorflow/tfjs-backend-webgpu"; import type {} from "@tensorflow/tfjs-node-gpu"; import "cli-progress"; import "fflate"; import "sharp"; import "yaml";
