import httptools
import pytest

from bench.posts import content_length, post_request


class TestContentLength:
    def test_is_found_whatever_the_case_of_its_name(self):
        assert content_length(b"HTTP/1.1 201 Created\r\nCONTENT-LENGTH: 17\r\nx: y") == 17

    def test_its_absence_is_an_error(self):
        with pytest.raises(ValueError, match="no Content-Length"):
            content_length(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked")


class TestPostRequest:
    def test_a_parser_reads_back_headers_and_body(self):
        seen = {}

        class Seen:
            def on_header(self, name, value):
                seen[name] = value

            def on_body(self, body):
                seen["body"] = body

        httptools.HttpRequestParser(Seen()).feed_data(
            post_request("127.0.0.1", 80, "/api/meetings", {"x-api-key": "mk_1"}, b"{}")
        )
        assert seen == {
            b"Host": b"127.0.0.1:80",
            b"Content-Type": b"application/json",
            b"Content-Length": b"2",
            b"x-api-key": b"mk_1",
            "body": b"{}",
        }
