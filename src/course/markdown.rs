//! Markdown as lessons use it, turned into plain blocks. HTML in it is text:
//! nothing a lesson says becomes markup.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{Block, Inline};

/// What stands under a heading, up to the next one of the same rank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading; empty for what stands before the first.
    pub heading: Vec<Inline>,
    pieces: Vec<Piece>,
    parts: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Block(Block),
    Quote(Block),
    Fence { info: String, text: String },
}

impl Section {
    /// Paragraphs, lists and code, in their order.
    pub fn prose(&self) -> Vec<Block> {
        prose(&self.pieces)
    }

    /// Paragraphs and code before and after the fenced block that [`Section::fence`] finds.
    pub fn around(&self, word: &str) -> (Vec<Block>, Vec<Block>) {
        let at = self.pieces.iter().position(|piece| piece.fence(word).is_some()).unwrap_or(self.pieces.len());
        let (before, after) = self.pieces.split_at(at);
        (paragraphs(before), paragraphs(after))
    }

    /// Paragraphs and code; lists belong to [`Section::items`].
    pub fn paragraphs(&self) -> Vec<Block> {
        paragraphs(&self.pieces)
    }

    /// The items of its lists.
    pub fn items(&self) -> Vec<Vec<Inline>> {
        let lists = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Block(Block::List(items)) => Some(items.clone()),
            _ => None,
        });
        lists.flatten().collect()
    }

    /// What is quoted.
    pub fn quote(&self) -> Vec<Block> {
        let quoted = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Quote(block) => Some(block.clone()),
            _ => None,
        });
        quoted.collect()
    }

    /// The first fenced block whose info begins with `word`: the rest of the info, and the text.
    pub fn fence(&self, word: &str) -> Option<(&str, &str)> {
        self.pieces.iter().find_map(|piece| piece.fence(word))
    }

    /// The sections under its own headings.
    pub fn parts(&self) -> &[Section] {
        &self.parts
    }
}

impl Piece {
    fn fence(&self, word: &str) -> Option<(&str, &str)> {
        let Self::Fence { info, text } = self else { return None };
        let rest = info.strip_prefix(word)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some((rest.trim(), text.as_str()))
    }
}

fn prose(pieces: &[Piece]) -> Vec<Block> {
    let block = |piece: &Piece| if let Piece::Block(block) = piece { Some(block.clone()) } else { None };
    pieces.iter().filter_map(block).collect()
}

fn paragraphs(pieces: &[Piece]) -> Vec<Block> {
    prose(pieces).into_iter().filter(|block| !matches!(block, Block::List(_))).collect()
}

/// The text of inline pieces, without their meaning.
pub fn plain(pieces: &[Inline]) -> String {
    let text = |piece: &Inline| match piece {
        Inline::Text(text) | Inline::Code(text) | Inline::Emphasis(text) => text.clone(),
    };
    pieces.iter().map(text).collect()
}

/// The sections of a text: its opening, then one a heading of the second rank.
pub fn sections(text: &str) -> Vec<Section> {
    let mut reader = Reader { events: Parser::new(text) };
    let mut sections = vec![Section::default()];
    while let Some(event) = reader.events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let heading = reader.inlines(&|end| matches!(end, TagEnd::Heading(_)));
                let section = Section { heading, ..Section::default() };
                match sections.last_mut() {
                    Some(last) if level > HeadingLevel::H2 => last.parts.push(section),
                    _ => sections.push(section),
                }
            }
            Event::Start(tag) => {
                let piece = reader.piece(tag);
                let last = sections.last_mut().expect("there is always one");
                let under = if last.parts.is_empty() { last } else { last.parts.last_mut().expect("not empty") };
                under.pieces.extend(piece);
            }
            _ => {}
        }
    }
    sections
}

struct Reader<'t> {
    events: Parser<'t>,
}

impl Reader<'_> {
    fn piece(&mut self, tag: Tag<'_>) -> Vec<Piece> {
        match tag {
            Tag::Paragraph => {
                vec![Piece::Block(Block::Paragraph(self.inlines(&|end| matches!(end, TagEnd::Paragraph))))]
            }
            Tag::List(_) => vec![Piece::Block(Block::List(self.list()))],
            Tag::BlockQuote(_) => self.quote(),
            Tag::CodeBlock(kind) => {
                let text = plain(&self.inlines(&|end| matches!(end, TagEnd::CodeBlock)));
                let text = text.trim_end_matches('\n').to_owned();
                match kind {
                    CodeBlockKind::Fenced(info) if !info.is_empty() => {
                        vec![Piece::Fence { info: info.to_string(), text }]
                    }
                    _ => vec![Piece::Block(Block::Code(text))],
                }
            }
            _ => Vec::new(),
        }
    }

    fn quote(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(TagEnd::BlockQuote(_)) => break,
                Event::Start(tag) => pieces.extend(self.piece(tag).into_iter().filter_map(|piece| match piece {
                    Piece::Block(block) => Some(Piece::Quote(block)),
                    _ => None,
                })),
                _ => {}
            }
        }
        pieces
    }

    fn list(&mut self) -> Vec<Vec<Inline>> {
        let mut items = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(TagEnd::List(_)) => break,
                Event::Start(Tag::Item) => items.push(self.inlines(&|end| matches!(end, TagEnd::Item))),
                _ => {}
            }
        }
        items
    }

    /// Everything up to the end of the tag that `ends` knows, as inline pieces.
    fn inlines(&mut self, ends: &dyn Fn(&TagEnd) -> bool) -> Vec<Inline> {
        let mut pieces: Vec<Inline> = Vec::new();
        let mut emphasis = 0_u32;
        for event in self.events.by_ref() {
            match event {
                Event::End(end) if ends(&end) => break,
                Event::Start(Tag::Strong | Tag::Emphasis) => emphasis += 1,
                Event::End(TagEnd::Strong | TagEnd::Emphasis) => emphasis = emphasis.saturating_sub(1),
                Event::Code(code) => pieces.push(Inline::Code(code.to_string())),
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                    push_text(&mut pieces, &text, emphasis > 0);
                }
                Event::SoftBreak | Event::HardBreak => push_text(&mut pieces, " ", emphasis > 0),
                _ => {}
            }
        }
        pieces
    }
}

fn push_text(pieces: &mut Vec<Inline>, text: &str, emphasis: bool) {
    match pieces.last_mut() {
        Some(Inline::Text(last)) if !emphasis => last.push_str(text),
        Some(Inline::Emphasis(last)) if emphasis => last.push_str(text),
        _ if emphasis => pieces.push(Inline::Emphasis(text.to_owned())),
        _ => pieces.push(Inline::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_in_a_lesson_stays_text() {
        let sections = sections("a <script>alert(1)</script> `b` **c**\n");
        let expected = [
            Inline::Text("a <script>alert(1)</script> ".into()),
            Inline::Code("b".into()),
            Inline::Text(" ".into()),
            Inline::Emphasis("c".into()),
        ];
        assert_eq!(sections[0].prose(), [Block::Paragraph(expected.to_vec())]);
    }

    #[test]
    fn headings_make_sections_and_parts() {
        let sections = sections("intro\n\n## A\n\n- x\n- y\n\n### B\n\n```show after 1\nl $ ls\n```\n\n> no\n\nyes\n");
        assert_eq!(sections.len(), 2);
        assert_eq!(sections[1].items().len(), 2);
        let part = &sections[1].parts()[0];
        assert_eq!(part.fence("show"), Some(("after 1", "l $ ls")));
        assert_eq!((part.quote().len(), part.prose().len()), (1, 1));
    }
}
