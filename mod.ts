/**
 * Proxy-AN loss for deep metric learning: losses, sampling, training, retrieval metrics and tables.
 *
 * Dimension letters: B batch, C training classes, D embedding, F features, H W height and width, N images, Q queries,
 * G gallery, R relevant images of a query. Exports follow the data flow:
 * dataset -> image -> sampling -> model -> loss -> optim -> train -> eval -> results -> experiment.
 *
 * @module
 */
