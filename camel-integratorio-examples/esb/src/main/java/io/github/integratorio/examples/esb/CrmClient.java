package io.github.integratorio.examples.esb;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The system at the other end of the queues: it says what licenses there shall be, and reads what came of it. */
final class CrmClient implements AutoCloseable {

    /** An answer to a message; {@code outcome} is null when there is a {@code reason} why it was refused, and the other way round. */
    record Reply(String id, String body, String outcome, String reason) {
    }

    private final ActiveMQConnectionFactory broker;
    private final Connection connection;
    private final Session session;

    /** Connects to a broker that is there. */
    CrmClient(String url) throws JMSException {
        broker = new ActiveMQConnectionFactory(url);
        connection = broker.createConnection();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        connection.start();
    }

    /**
     * Sends a message to the queue {@code licenses}.
     *
     * @param id   of the message; comes back with the answer
     * @param body a license as JSON
     */
    void send(String id, String body) throws JMSException {
        TextMessage message = session.createTextMessage(body);
        message.setStringProperty("id", id);
        send(message);
    }

    /** Sends any message to that queue. */
    void send(Message message) throws JMSException {
        try (var producer = session.createProducer(session.createQueue("licenses"))) {
            producer.send(message);
        }
    }

    Session session() {
        return session;
    }

    /** Takes the next answer out of a queue; null when none comes within so many milliseconds. */
    Reply take(String queue, long patience) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message message = consumer.receive(patience);
            return message == null ? null : new Reply(message.getStringProperty("id"), message.getBody(String.class),
                    message.getStringProperty("outcome"), message.getStringProperty("reason"));
        }
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        broker.close();
    }
}
