package io.github.integratorio.examples.esb;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The CRM at the other end of the queues: sends license requests and receives the replies. */
final class CrmClient implements AutoCloseable {

    /** The reply to a message: {@code outcome} is null if it was rejected, {@code reason} is null if not. */
    record Reply(String id, String body, String outcome, String reason) {
    }

    private final ActiveMQConnectionFactory broker;
    private final Connection connection;
    private final Session session;

    /** Connects to a running broker. */
    CrmClient(String url) throws JMSException {
        broker = new ActiveMQConnectionFactory(url);
        connection = broker.createConnection();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        connection.start();
    }

    /**
     * Sends a message to the queue {@code licenses}.
     *
     * @param id   id of the message, returned with the reply
     * @param body a license as JSON
     */
    void send(String id, String body) throws JMSException {
        TextMessage message = session.createTextMessage(body);
        message.setStringProperty("id", id);
        send(message);
    }

    /** Sends any message to the queue {@code licenses}. */
    void send(Message message) throws JMSException {
        try (var producer = session.createProducer(session.createQueue("licenses"))) {
            producer.send(message);
        }
    }

    Session session() {
        return session;
    }

    /** Receives the next reply from a queue; null if there is none within the timeout, in milliseconds. */
    Reply receive(String queue, long timeout) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message message = consumer.receive(timeout);
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
