mod dumped;
mod expanded;
mod parsed;
mod refused;
