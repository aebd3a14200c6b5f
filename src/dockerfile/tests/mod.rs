mod dumped;
mod expanded;
mod linted;
mod parsed;
mod refused;
